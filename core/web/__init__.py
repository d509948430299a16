"""What every page shares: middleware, form fields, static files, rate limit responses."""

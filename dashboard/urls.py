from django.urls import path

from dashboard import views

app_name = "dashboard"

urlpatterns = [
    path("dashboard", views.home, name="home"),
    path("o/<slug:slug>", views.overview, name="overview"),
    path("o/<slug:slug>/news", views.news, name="news"),
    path("o/<slug:slug>/report/<str:month>", views.report, name="report"),
]

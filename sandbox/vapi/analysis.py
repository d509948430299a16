"""What Vapi charges for the structured outputs of a call: AnalysisCost and AnalysisCostBreakdown."""

import json

from sandbox.calls.outputs import Output
from sandbox.vapi.shapes import Body

MODEL = {"provider": "openai", "model": "gpt-4.1"}  # Vapi's, where an output names none
# US dollars a token; a token is about four characters.
PER_PROMPT_TOKEN, PER_COMPLETION_TOKEN = 0.000002, 0.000008
TOKENS_OF_A_CALL = 900


def analysis_breakdown(outputs: list[Output]) -> Body:
    """The part of `analysisCostBreakdown`; empty without outputs."""
    if not outputs:
        return {}
    rows = [_row(each) for each in outputs]
    return {
        "structuredOutput": round(sum(row["cost"] for row in rows), 4),
        "structuredOutputPromptTokens": sum(row["promptTokens"] for row in rows),
        "structuredOutputCompletionTokens": sum(row["completionTokens"] for row in rows),
    }


def analysis_costs(outputs: list[Output]) -> list[Body]:
    """The item of `costs`, one for all outputs; none without outputs."""
    if not outputs:
        return []
    total = analysis_breakdown(outputs)
    item = {
        "type": "analysis",
        "analysisType": "structuredOutput",
        "model": MODEL,
        "promptTokens": total["structuredOutputPromptTokens"],
        "completionTokens": total["structuredOutputCompletionTokens"],
        "cost": total["structuredOutput"],
        "structuredOutputBreakdown": [_row(each) for each in outputs],
    }
    return [item]


def _row(output: Output) -> Body:
    asked, made = (len(json.dumps(each, ensure_ascii=False)) // 4 for each in (output.asked, output.result))
    prompt = TOKENS_OF_A_CALL + asked
    return {
        "structuredOutputId": output.id,
        "name": output.name,
        "cost": round(prompt * PER_PROMPT_TOKEN + made * PER_COMPLETION_TOKEN, 4),
        "promptTokens": prompt,
        "completionTokens": made,
    }

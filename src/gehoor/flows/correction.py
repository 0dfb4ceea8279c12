"""The words of a correction as a customer reads them."""

from __future__ import annotations

from gehoor.core.guarantee.fallback import spoken_date
from gehoor.core.knowledge.recall import spoken_in
from gehoor.core.policy import Policy, Template
from gehoor.core.time import Instant
from gehoor.flows.recall_lines import Recall


def correction_text(policy: Policy, recall: Recall, language: str, at: Instant) -> tuple[str, Template]:
    """What a customer reads, in the language of the answer: what was wrong and what is right as a person approved it,
    in fixed sentences. ``at``: when the answer was given."""
    wordings = () if recall.worded is None else recall.worded.wordings
    wording = spoken_in(wordings, language)
    spoken, say = policy.language(wording.language), policy.wording.say
    said = (
        say("correction", spoken, day=spoken_date(policy, at, spoken), title=recall.opened.title),
        say("correction_wrong", spoken, wrong=wording.wrong),
        say("correction_right", spoken, right=wording.right),
        say("correction_next", spoken, phone=policy.contact.phone),
    )
    template = Template("correction", policy.wording.version, said[0].template.language)
    return "\n".join(one.text for one in said), template

package io.policyengine.policies.content.shared.promptinjection;

import java.util.Locale;

/** The concepts that expressions of the lexicon denote. */
enum Concept {
    /** Ceasing to follow something. */
    DISREGARD,
    NEGATION,
    /** A reference to something earlier. */
    EARLIER,
    /** A reference to all of something, or to the model's own. */
    ALL,
    INSTRUCTION,
    REVEAL,
    /** Output of something confidential, or verbatim output. */
    RECITE,
    /** A question about something. */
    ASK,
    /** The model's prompt, named unambiguously. */
    OWN_PROMPT,
    /** The model's instructions, named so that those of a person may be meant. */
    OWN_INSTRUCTIONS,
    /** A system prompt. */
    HIDDEN,
    /** The preceding text. */
    ABOVE,
    /** A reference to one of many. */
    INDEFINITE,
    TOPIC,
    ROLE,
    /** The absence of restrictions. */
    UNRESTRICTED,
    JAILBREAK,
    /** The name of a mode that may permit more. */
    MODE,
    /** A claim to give new instructions with authority. */
    OVERRIDE,
    /** The prohibition of refusals or disclosure. */
    COMPLY,
    DECODE,
    ENCODING,
    OBEY,
    EXFILTRATE,
    PRIVATE,
    /** A word for talking about such texts. */
    MENTION,
    /** A mark of a chat template, with which a text pretends to end. */
    MARKER;

    static Concept named(String heading) {
        return valueOf(heading.toUpperCase(Locale.ROOT));
    }
}

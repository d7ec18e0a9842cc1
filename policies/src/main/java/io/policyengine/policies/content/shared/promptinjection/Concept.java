package io.policyengine.policies.content.shared.promptinjection;

import java.util.Locale;

/** The things that the expressions of the lexicon stand for. */
enum Concept {
    /** Ceasing to follow something. */
    DISREGARD,
    /** The negation of an action. */
    NEGATION,
    /** A reference to something earlier. */
    EARLIER,
    /** A reference to all of something, or to the model's own. */
    ALL,
    /** Instructions, rules and prompts. */
    INSTRUCTION,
    /** Output of something. */
    REVEAL,
    /** Output of something confidential, or word for word. */
    RECITE,
    /** A question after something. */
    ASK,
    /** The model's prompt, named so that nothing else can be meant. */
    OWN_PROMPT,
    /** The model's instructions, named so that those of a person may be meant. */
    OWN_INSTRUCTIONS,
    /** A system prompt. */
    HIDDEN,
    /** The text before. */
    ABOVE,
    /** A reference to one of many. */
    INDEFINITE,
    /** The subject of something. */
    TOPIC,
    /** Playing a role. */
    ROLE,
    /** The absence of restrictions. */
    UNRESTRICTED,
    /** The name of a known way to get there. */
    JAILBREAK,
    /** The name of a mode of machines, in which more may be allowed. */
    MODE,
    /** A claim to give new instructions with authority. */
    OVERRIDE,
    /** The prohibition of refusals or disclosure. */
    COMPLY,
    /** Decoding something. */
    DECODE,
    /** An encoding. */
    ENCODING,
    /** Obeying orders. */
    OBEY,
    /** Sending something elsewhere. */
    EXFILTRATE,
    /** Private data. */
    PRIVATE,
    /** A word by which people talk about such texts. */
    MENTION,
    /** A mark of a chat template, by which a text pretends to end. */
    MARKER;

    /** The concept that a heading of the lexicon names. */
    static Concept named(String heading) {
        return valueOf(heading.toUpperCase(Locale.ROOT));
    }
}

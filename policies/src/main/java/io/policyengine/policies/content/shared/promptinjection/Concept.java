package io.policyengine.policies.content.shared.promptinjection;

import java.util.Locale;

/** The things that the expressions of the lexicon stand for. */
enum Concept {
    /** To follow something no longer. */
    DISREGARD,
    /** That something is not to be done. */
    NEGATION,
    /** That something came before. */
    EARLIER,
    /** That all of something is meant, or that of the model. */
    ALL,
    /** Instructions, rules and prompts. */
    INSTRUCTION,
    /** To put out something. */
    REVEAL,
    /** To put out something that is not meant to be, or word for word. */
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
    /** That one of many is meant. */
    INDEFINITE,
    /** The subject of something. */
    TOPIC,
    /** To play a part. */
    ROLE,
    /** That nothing is forbidden. */
    UNRESTRICTED,
    /** The name of a known way to get there. */
    JAILBREAK,
    /** The name of a mode of machines, in which more may be allowed. */
    MODE,
    /** A claim to give new instructions with authority. */
    OVERRIDE,
    /** That nothing may be refused, or told. */
    COMPLY,
    /** To decode something. */
    DECODE,
    /** An encoding. */
    ENCODING,
    /** To do as one is told. */
    OBEY,
    /** To send something elsewhere. */
    EXFILTRATE,
    /** Data that are nobody else's business. */
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

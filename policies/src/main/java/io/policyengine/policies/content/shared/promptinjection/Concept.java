package io.policyengine.policies.content.shared.promptinjection;

import java.util.Locale;

/** The concepts that expressions of the prompt-injection lexicon denote, in any language. */
enum Concept {
    /** A demand to stop following something: "ignore", "forget". */
    DISREGARD,
    NEGATION,
    /** Something given earlier: "previous", "above". */
    EARLIER,
    /** A word for everything, or for what belongs to the model: "all", "your". */
    ALL,
    INSTRUCTION,
    REVEAL,
    /** A demand to disclose or repeat a text: "reveal", "verbatim". */
    RECITE,
    /** A question or a request: "what is", "show me". */
    ASK,
    /** The model's own prompt, unambiguously: "your system prompt". */
    OWN_PROMPT,
    /** The model's instructions, in words that may also mean a person's instructions: "your instructions". */
    OWN_INSTRUCTIONS,
    /** A system prompt that is not necessarily the model's own: "the hidden prompt". */
    HIDDEN,
    /** The preceding text: "everything above". */
    ABOVE,
    /** A word that makes the following noun general: "a", "any". */
    INDEFINITE,
    TOPIC,
    ROLE,
    /** The absence of restrictions: "without filters". */
    UNRESTRICTED,
    JAILBREAK,
    /** A mode that may permit more: "developer mode". */
    MODE,
    /** A claim to have the authority to give new instructions: "I am your developer". */
    OVERRIDE,
    /** A demand not to refuse, or not to inform the user: "never say no". */
    COMPLY,
    DECODE,
    ENCODING,
    OBEY,
    EXFILTRATE,
    PRIVATE,
    /** A word that shows that the text discusses prompt injections: "attackers", "the phrase". */
    MENTION,
    /** A delimiter of a chat template, by which a text pretends that the current message ends. */
    MARKER;

    static Concept named(String heading) {
        return valueOf(heading.toUpperCase(Locale.ROOT));
    }
}

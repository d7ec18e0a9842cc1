package io.policyengine.policies.content.jsonthreatprotection;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes of {@code jsonThreatProtection}. */
enum JsonThreatCode implements DenialCode {
    INVALID_JSON("Let the client send JSON in UTF-8."),
    INVALID_MULTIPART("Let the client send multipart as RFC 2046 and RFC 7578 describe it."),
    JSON_TOO_DEEP("Usually nothing. For legitimate requests, raise `max_depth`."),
    JSON_TOO_MANY_MEMBERS("Usually nothing. For legitimate requests, raise `max_members`, or the worker's memory."),
    JSON_TOO_MANY_ELEMENTS("Usually nothing. For legitimate requests, raise `max_array`."),
    JSON_STRING_TOO_LONG("Usually nothing. For legitimate requests, raise `max_string_bytes`."),
    JSON_NAME_TOO_LONG("Usually nothing. For legitimate requests, raise `max_name_bytes`."),
    JSON_NUMBER_TOO_LONG("Usually nothing. For legitimate requests, raise `max_number_digits`."),
    JSON_DUPLICATE_NAME("Let the client write each name once, or set `allow_duplicate_keys`."),
    INVALID_RESPONSE("Let the upstream send JSON within the limits of the entry, or raise the limits.");

    private final String remedy;

    JsonThreatCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

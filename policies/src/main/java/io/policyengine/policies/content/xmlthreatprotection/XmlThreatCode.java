package io.policyengine.policies.content.xmlthreatprotection;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes of {@code xmlThreatProtection}. */
enum XmlThreatCode implements DenialCode {
    INVALID_XML("Let the client send well-formed XML 1.0."),
    INVALID_MULTIPART("Let the client send multipart as RFC 2046 and RFC 7578 describe it."),
    XML_ENCODING("Let the client send UTF-8, and state no other encoding."),
    XML_UNDECODABLE("Let the client send bytes of the stated encoding."),
    XML_DTD("Let the client send no document type declaration."),
    XML_ENTITY("Let the client use only the five predefined entities."),
    XML_PROCESSING_INSTRUCTION("Let the client send none, or set `allow_processing_instructions`."),
    XML_COMMENT("Let the client send none, or set `allow_comments`."),
    XML_TOO_DEEP("Usually nothing. For legitimate requests, raise `max_depth`."),
    XML_TOO_MANY_MEMBERS("Usually nothing. For legitimate requests, raise `max_members`."),
    XML_TOO_MANY_ATTRIBUTES("Usually nothing. For legitimate requests, raise `max_attributes`."),
    XML_TOO_MANY_NAMESPACES("Usually nothing. For legitimate requests, raise `max_namespaces`."),
    XML_STRING_TOO_LONG("Usually nothing. For legitimate requests, raise `max_string_bytes`, or the worker's memory."),
    XML_NAME_TOO_LONG("Usually nothing. For legitimate requests, raise `max_name_bytes`."),
    INVALID_RESPONSE("Let the upstream send XML within the limits of the entry, or raise the limits.");

    private final String remedy;

    XmlThreatCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

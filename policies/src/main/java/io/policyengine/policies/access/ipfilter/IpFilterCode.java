package io.policyengine.policies.access.ipfilter;

import io.policyengine.core.instruction.DenialCode;

/** The codes with which {@code ipFilter} denies. */
enum IpFilterCode implements DenialCode {
    IP_DENIED("Usually nothing. If the address is an honest client's, correct `allow` or `deny`. If it is a proxy's, "
            + "set `xff_num_trusted_hops` so that Envoy determines the client's address."),
    IP_UNKNOWN("Configure Envoy to send the address of the client: the attribute `source.address`, or "
            + "`x-forwarded-for`.");

    private final String remedy;

    IpFilterCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}

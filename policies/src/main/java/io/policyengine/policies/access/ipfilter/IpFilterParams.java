package io.policyengine.policies.access.ipfilter;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Allows or denies requests by the client's address.")
record IpFilterParams(
        @Doc(
                value = "Addresses and blocks (CIDR) that are allowed, unless deny or deny_file also contains them.",
                examples = "[\"10.0.0.0/8\", \"2001:db8::/32\"]")
        @Nullable
        StringOrList allow,

        @Doc(value = "Addresses and blocks (CIDR) that are denied.", examples = "\"203.0.113.7\"") @Nullable
        StringOrList deny,

        @Doc(
                value = "File of further addresses and blocks that are allowed, one per line, relative to the conf "
                        + "directory. It is read again when it changes.",
                examples = "\"offices.txt\"")
        @Nullable
        String allowFile,

        @Doc(
                value = "File of further addresses and blocks that are denied, in the form of allow_file.",
                examples = "\"blocked.txt\"")
        @Nullable
        String denyFile,

        @Doc("Treatment of all other addresses; deny if allow or allow_file is given, otherwise allow.")
        @JsonProperty("default")
        @Nullable
        Verdict otherwise,

        @Doc("Status of a denial.") @Default("403") @Range(min = 400, max = 599)
        int status,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {
    @Doc("Treatment of an address: it passes, or it is refused.")
    enum Verdict {
        ALLOW,
        DENY
    }

    /** Returns the treatment of addresses that no list contains. */
    Verdict verdictOtherwise() {
        if (otherwise != null) {
            return otherwise;
        }
        return allow != null || allowFile != null ? Verdict.DENY : Verdict.ALLOW;
    }
}

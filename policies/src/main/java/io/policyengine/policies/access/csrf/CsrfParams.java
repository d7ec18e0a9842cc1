package io.policyengine.policies.access.csrf;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Refuses requests that change something and come from pages of other origins (CSRF).")
record CsrfParams(
        @Doc(
                value =
                        "Origins, besides the target's own, whose pages may request changes: https://app.example.com, https://*.example.com for all hosts below a domain, or a pattern in RE2 syntax that begins with ^ and ends with $.",
                examples = "\"https://app.example.com\"")
        @Nullable
        StringOrList allowOrigins,

        @Doc("True if requests without a stated origin pass, such as those of programs other than browsers.")
        @Default("false")
        boolean allowAbsent,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {}

package io.policyengine.policies.access.csrf;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Refuses state-changing requests from pages of other origins (CSRF).")
record CsrfParams(
        @Doc(
                value = "Further origins whose pages may request changes, in addition to the target's own: "
                        + "https://app.example.com, https://*.example.com for all hosts below a domain, or a "
                        + "pattern in RE2 syntax that begins with ^ and ends with $.",
                examples = "\"https://app.example.com\"")
        @Nullable
        StringOrList allowOrigins,

        @Doc("True to pass requests that state no origin, such as those of programs other than browsers.")
        @Default("false")
        boolean allowAbsent,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {}

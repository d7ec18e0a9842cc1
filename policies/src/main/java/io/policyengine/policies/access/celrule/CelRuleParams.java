package io.policyengine.policies.access.celrule;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.policies.shared.denial.DenialFormat;
import org.jspecify.annotations.Nullable;

@Doc("Refuses requests by an expression in CEL.")
record CelRuleParams(
        @Doc(
                value = "Expression in CEL: if it is true, the request is refused. Give either this or allow_if.",
                examples = "\"request.method == \\\"DELETE\\\" && !(\\\"admin\\\" in identity.roles)\"")
        @Nullable
        String denyIf,

        @Doc(
                value = "Expression in CEL: if it is false, the request is refused. Give either this or deny_if.",
                examples = "\"request.path.startsWith(\\\"/tenants/\\\" + identity.id + \\\"/\\\")\"")
        @Nullable
        String allowIf,

        @Doc("Status of a denial.") @Default("403") @Range(min = 400, max = 599)
        int status,

        @Doc("Code of a denial, for programs.") @Default("\"RULE_DENIED\"") @Pattern("^[A-Z0-9_]{1,64}$")
        String code,

        @Doc("Message of a denial, for people.") @Default("\"The request is not allowed\"") @NonEmpty
        String message,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {}

package io.policyengine.policies.access.rolecheck;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

@Doc("Allows or denies requests by the roles of their identity.")
record RoleCheckParams(
        @Doc(
                value = "The roles to check for requests to which no rule applies.",
                examples = {"\"admin\"", "[\"admin\", \"operator\"]"})
        @Nullable
        StringOrList requiredRoles,

        @Doc("How many of the roles the identity must have: any of them, all of them, or none of them.")
        @Default("\"any\"")
        Mode mode,

        @Doc(
                value = "Claims of the identity, by name or JSON Pointer. The first one that is present holds the "
                        + "roles. By default, the roles that the authenticating policy found are used.",
                examples = "\"/realm_access/roles\"")
        @Nullable
        StringOrList rolesClaim,

        @Doc(
                value = "Rules for some methods and paths. The first rule that matches a request "
                        + "applies; if none does, required_roles applies, or else the request is denied.",
                examples = "[{\"methods\": [\"GET\"], \"path\": \"/orders\", \"roles\": \"reader\"}]")
        @Default("[]")
        List<Rule> rules,

        @Doc("The challenge (WWW-Authenticate) in the response to a request without an identity.")
        @Default("\"Bearer realm=\\\"restricted\\\"\"")
        String challenge,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {

    @Doc("How many of the roles the identity must have.")
    enum Mode {
        /** The identity must have at least one of the roles. */
        ANY,
        /** The identity must have all of the roles. */
        ALL,
        /** The identity must not have any of the roles. */
        NONE
    }

    @Doc("Roles for requests with these methods and this path.")
    record Rule(
            @Doc(
                    value = "Methods to which the rule applies, in upper case. If absent, all.",
                    examples = "[\"PUT\", \"DELETE\"]")
            @Nullable
            StringOrList methods,

            @Doc(
                    value = "Path to which the rule applies, with all paths below it, compared segment by segment. A "
                            + "path that begins with ^ is a pattern, like path_pattern.",
                    examples = {"\"/orders\"", "\"^/users/[0-9]+$\""})
            @Nullable
            String path,

            @Doc(
                    value = "Pattern (RE2) in place of path; it must match the whole path.",
                    examples = "\"/users/[0-9]+/orders\"")
            @Nullable
            String pathPattern,

            @Doc(value = "The roles to check. If absent, any identity suffices.", examples = "\"admin\"") @Nullable
            StringOrList roles) {}
}

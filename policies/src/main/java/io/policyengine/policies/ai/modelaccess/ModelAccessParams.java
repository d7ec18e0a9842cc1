package io.policyengine.policies.ai.modelaccess;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.ai.shared.apierror.ApiDenialFormat;
import io.policyengine.policies.ai.shared.audience.AudienceParams;
import io.policyengine.policies.ai.shared.modelapi.FactsSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

@Doc("Allows and denies requests by the models that they name.")
record ModelAccessParams(
        @Doc(
                value = "Models for clients to which no rule with its own allow applies; * matches any characters. If "
                        + "absent: no models if any rule has allow, else all models that are not denied.",
                examples = {"\"gpt-4o-mini\"", "[\"claude-*\", \"gpt-4o-mini\"]"})
        @Nullable
        StringOrList allow,

        @Doc(
                value = "Models that no client may use, even if another list allows them. Letter case is ignored.",
                examples = "[\"*-preview\"]")
        @Nullable
        StringOrList deny,

        @Doc(
                value = "Rules for some clients. The first rule for a client applies; if there is none, allow of the "
                        + "policy applies.",
                examples = "[{\"claims\": {\"tier\": \"gold\"}, \"allow\": [\"gpt-*\"]}]")
        @Default("[]")
        List<Rule> rules,

        @Doc(
                value = "Models by alias, as in modelRouter of the same chain. An alias is judged as its model.",
                examples = "{\"fast\": \"gpt-4o-mini\"}")
        @Default("{}")
        Map<String, String> aliases,

        @Doc("Source of the model: body is the body and the path; envoy is only the metadata of Envoy's filter "
                + "request_info; auto is envoy if the request has this metadata, else body.")
        @Default("\"body\"")
        FactsSource facts,

        @Doc(
                "Form of the body of a denial: provider is the error format of the request's interface, which client libraries understand.")
        @Default("\"provider\"")
        ApiDenialFormat denialFormat) {

    @Doc("Models for some clients. All given conditions of consumers, claims and when must hold.")
    record Rule(
            @Doc(
                    value = "Ids of identities; the client must have one of them.",
                    examples = {"\"alice\"", "[\"alice\", \"bob\"]"})
            @Nullable
            StringOrList consumers,

            @Doc(
                    value = "Required values by claim of the identity (name or JSON Pointer): one value, or a list of "
                            + "alternative values.",
                    examples = "{\"tier\": [\"gold\", \"silver\"]}")
            @Default("{}")
            Map<String, JsonNode> claims,

            @Doc(value = "Condition in CEL.", examples = "\"'research' in identity.roles\"") @Nullable
            String when,

            @Doc(
                    value = "Models that these clients may use, in place of allow of the policy.",
                    examples = "[\"gpt-*\"]")
            @Nullable
            StringOrList allow,

            @Doc(
                    value = "Models that these clients may not use, even if another list allows them. Letter case is "
                            + "ignored.",
                    examples = "[\"gpt-5*\"]")
            @Nullable
            StringOrList deny) {
        AudienceParams audience() {
            return new AudienceParams(consumers, claims, when);
        }
    }
}

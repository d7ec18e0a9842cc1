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
                value =
                        "Models for clients without a rule that has its own list; * stands for any characters. Absent: all models that are not denied; but if any rule has a list, no models.",
                examples = {"\"gpt-4o-mini\"", "[\"claude-*\", \"gpt-4o-mini\"]"})
        @Nullable
        StringOrList allow,

        @Doc(
                value = "Models that no client may use, even if allowed elsewhere; regardless of letter case.",
                examples = "[\"*-preview\"]")
        @Nullable
        StringOrList deny,

        @Doc(
                value =
                        "Rules for some clients. The first rule for a client applies; without one, allow of the policy.",
                examples = "[{\"claims\": {\"tier\": \"gold\"}, \"allow\": [\"gpt-*\"]}]")
        @Default("[]")
        List<Rule> rules,

        @Doc(
                value =
                        "Aliases of models, by name, as in modelRouter of the same chain: the policy judges the model that an alias stands for.",
                examples = "{\"fast\": \"gpt-4o-mini\"}")
        @Default("{}")
        Map<String, String> aliases,

        @Doc(
                "Source of the model: body is the body and the path; envoy is the metadata of Envoy's filter request_info, without a body; auto is envoy if that metadata came with the request, else body.")
        @Default("\"body\"")
        FactsSource facts,

        @Doc(
                "Form of the body of a denial: provider is the error format of the request's interface, which client libraries understand.")
        @Default("\"provider\"")
        ApiDenialFormat denialFormat) {

    @Doc("Models for some clients. All given conditions of consumers, claims and when must hold.")
    record Rule(
            @Doc(
                    value = "Ids of identities, of which the client must have one.",
                    examples = {"\"alice\"", "[\"alice\", \"bob\"]"})
            @Nullable
            StringOrList consumers,

            @Doc(
                    value = "Claims of the identity by name or JSON Pointer, and the value that each "
                            + "must have, or a list of values of which one is enough.",
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
                    value =
                            "Models that these clients may not use, even if allowed elsewhere; regardless of letter case.",
                    examples = "[\"gpt-5*\"]")
            @Nullable
            StringOrList deny) {
        AudienceParams audience() {
            return new AudienceParams(consumers, claims, when);
        }
    }
}

package io.policyengine.policies.content.jsonschemavalidation;

import io.policyengine.core.policy.BodyNeed;
import io.policyengine.core.policy.Descriptor;
import io.policyengine.core.policy.Descriptor.Posture;
import io.policyengine.core.policy.Descriptor.Status;
import io.policyengine.core.policy.Fact;
import io.policyengine.core.policy.Family;
import io.policyengine.core.policy.InvalidParamsException;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.policy.Policy;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.policy.PolicyFactory;
import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import java.util.Objects;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;

/** Creates the policy {@code jsonSchemaValidation}. */
@Descriptor(
        name = "jsonSchemaValidation",
        version = "1.0.0",
        family = Family.CONTENT,
        phases = {Phase.REQUEST, Phase.RESPONSE},
        requestBody = BodyNeed.BUFFERED,
        responseBody = BodyNeed.BUFFERED,
        facts = {Fact.MAY_DENY, Fact.DECLARES_ALL_EFFECTS, Fact.JUDGES_CONTENT},
        codes = JsonSchemaCode.class,
        status = Status.BETA,
        posture = Posture.UNTRUSTED_CLIENTS_AND_UPSTREAMS)
public final class JsonSchemaValidationFactory implements PolicyFactory<JsonSchemaValidationParams> {
    private static final String SCHEMA_FILE = "/schema_file";

    /** Parses a file as a schema. Entries that parse the same file with the same settings share the schema. */
    private record SchemaParser(boolean assertsFormat) implements PolicyEnvironment.FileParser<BodySchema> {
        @Override
        public BodySchema parse(String text) {
            return BodySchema.parse(text, assertsFormat);
        }
    }

    @Override
    public void check(JsonSchemaValidationParams params, Phase phase) {
        JsonSchemaValidationParams.On on = params.on();
        boolean fits = on == null || (on == JsonSchemaValidationParams.On.REQUEST) == (phase == Phase.REQUEST);
        if (!fits) {
            throw new InvalidParamsException(
                    "/on",
                    "does not match the flow: an entry of the request_flow validates requests, an entry of the "
                            + "response_flow responses");
        }
    }

    @Override
    public Policy create(JsonSchemaValidationParams params, PolicyEnvironment env) {
        return new JsonSchemaValidationPolicy(params, schema(params, env), env);
    }

    private static Supplier<BodySchema> schema(JsonSchemaValidationParams params, PolicyEnvironment env) {
        JsonNode inline = params.schema();
        String file = params.schemaFile();
        if ((inline == null) == (file == null)) {
            throw new InvalidParamsException("", "needs either schema or schema_file");
        }
        if (inline == null && file != null) {
            try {
                return env.watch(file, new SchemaParser(params.assertFormat()))::current;
            } catch (InvalidParamsException unusable) {
                throw unusable.at(SCHEMA_FILE);
            }
        }
        try {
            BodySchema schema = BodySchema.of(Objects.requireNonNull(inline), params.assertFormat());
            return () -> schema;
        } catch (IllegalArgumentException unusable) {
            throw new InvalidParamsException("/schema", String.valueOf(unusable.getMessage()));
        }
    }
}

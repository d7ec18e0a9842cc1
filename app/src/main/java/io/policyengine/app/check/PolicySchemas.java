package io.policyengine.app.check;

import io.policyengine.core.worker.DeclaredPolicy;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Puts policies into the schema of a file with chains: an editor offers their names, and checks and completes the parameters of
 * each.
 */
final class PolicySchemas {
    private static final JsonPointer ENTRY =
            JsonPointer.compile("/properties/request_flow/properties/policy_chain/items");
    private static final String DEFINITIONS = "#/$defs/";
    private static final String ENTRY_NAME = "chain_entry";
    private static final String PARAMS = "params";

    private PolicySchemas() {}

    /**
     * The schema of a file, with the policies in each chain entry.
     *
     * @param routes where in the schema a route policy is described
     */
    static ObjectNode withPolicies(ObjectNode schema, JsonPointer routes, List<DeclaredPolicy> policies) {
        JsonNode plain = schema.at(routes.append(ENTRY)).deepCopy();
        replace(schema, plain);
        ObjectNode definitions = schema.putObject("$defs");
        definitions.set(ENTRY_NAME, entry((ObjectNode) plain, policies));
        policies.forEach(policy -> definitions.set(policy.descriptor().name(), params(policy)));
        return schema;
    }

    private static void replace(JsonNode node, JsonNode entry) {
        node.forEach(child -> replace(child, entry));
        if (node instanceof ObjectNode object) {
            object.properties().stream()
                    .filter(property -> property.getValue().equals(entry))
                    .forEach(property -> property.setValue(object.objectNode().put("$ref", DEFINITIONS + ENTRY_NAME)));
        }
    }

    private static ObjectNode entry(ObjectNode entry, List<DeclaredPolicy> policies) {
        ArrayNode names = ((ObjectNode) entry.at("/properties/policy")).putArray("anyOf");
        ArrayNode rules = entry.putArray("allOf");
        for (DeclaredPolicy policy : policies) {
            String name = policy.descriptor().name();
            names.addObject()
                    .put("const", name)
                    .put("description", policy.descriptor().description());
            ObjectNode rule = rules.addObject();
            ObjectNode condition = rule.putObject("if");
            condition.putObject("properties").putObject("policy").put("const", name);
            condition.putArray("required").add("policy");
            ObjectNode then = rule.putObject("then");
            then.putObject("properties").putObject(PARAMS).put("$ref", DEFINITIONS + name);
        }
        names.addObject().put("description", "A policy of another worker.");
        return entry;
    }

    /**
     * The schema of a worker's file, with the policies in its settings.
     *
     * @param settings where in the schema these settings are described
     */
    static ObjectNode withSettings(ObjectNode schema, JsonPointer settings, List<DeclaredPolicy> policies) {
        ObjectNode own = ((ObjectNode) schema.at(settings)).putObject("properties");
        policies.forEach(policy -> own.set(policy.descriptor().name(), params(policy)));
        return schema;
    }

    /**
     * Within a document the draft is the document's; the title is what people know the parameters by. No parameter is a must: what an entry
     * does not say, the settings of its worker may, and the other way round.
     */
    private static JsonNode params(DeclaredPolicy policy) {
        ObjectNode schema = (ObjectNode) policy.paramsSchema().deepCopy();
        schema.remove(List.of("$schema", "required"));
        schema.put("title", policy.descriptor().name());
        return schema;
    }
}

package io.policyengine.app.check;

import io.policyengine.core.worker.DeclaredPolicy;
import java.util.List;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Adds the policies to the schema of a file with chains, so that editors complete and check their names and parameters.
 * A schema either contains the definitions of the policies, or refers to the file {@value #FILE} in the same directory.
 */
final class PolicySchemas {
    static final String FILE = "policies.schema.json";

    private static final JsonPointer ENTRY =
            JsonPointer.compile("/properties/request_flow/properties/policy_chain/items");
    private static final String SCHEMA = "$schema";
    private static final String DEFS = "$defs";
    private static final String REF = "$ref";
    private static final String HERE = "#/" + DEFS + "/";
    private static final String BESIDE = FILE + HERE;
    private static final String ENTRY_NAME = "chain_entry";
    private static final String PARAMS = "params";

    private PolicySchemas() {}

    /** Returns the schema with the policies in its chain entries; {@code routes} points to a route policy's schema. */
    static ObjectNode withPolicies(ObjectNode schema, JsonPointer routes, List<DeclaredPolicy> policies) {
        JsonNode plain = schema.at(routes.append(ENTRY)).deepCopy();
        replace(schema, plain, HERE + ENTRY_NAME);
        schema.set(DEFS, definitions((ObjectNode) plain, policies));
        return schema;
    }

    /**
     * Returns the schema with chain entries that refer to {@link #definitions}; {@code routes} points to a route
     * policy.
     */
    static ObjectNode referringEntries(ObjectNode schema, JsonPointer routes) {
        replace(schema, schema.at(routes.append(ENTRY)).deepCopy(), BESIDE + ENTRY_NAME);
        return schema;
    }

    /** Returns the content of {@value #FILE}: the schemas of a chain entry and of the parameters of all policies. */
    static ObjectNode definitions(ObjectNode routes, JsonPointer routePolicy, List<DeclaredPolicy> policies) {
        ObjectNode schema = routes.objectNode();
        schema.set(SCHEMA, routes.get(SCHEMA));
        schema.put("title", "Policies");
        schema.put("description", "Definitions to which the schemas of the files refer.");
        schema.set(DEFS, definitions((ObjectNode) routes.at(routePolicy.append(ENTRY)), policies));
        return schema;
    }

    private static ObjectNode definitions(ObjectNode plain, List<DeclaredPolicy> policies) {
        ObjectNode definitions = plain.objectNode();
        definitions.set(ENTRY_NAME, entry(plain, policies));
        policies.forEach(policy -> definitions.set(policy.descriptor().name(), params(policy)));
        return definitions;
    }

    private static void replace(JsonNode node, JsonNode entry, String reference) {
        node.forEach(child -> replace(child, entry, reference));
        if (node instanceof ObjectNode object) {
            object.properties().stream()
                    .filter(property -> property.getValue().equals(entry))
                    .forEach(property -> property.setValue(object.objectNode().put(REF, reference)));
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
            then.putObject("properties").putObject(PARAMS).put(REF, HERE + name);
        }
        names.addObject().put("description", "A policy of another worker.");
        return entry;
    }

    /** Returns the schema of a worker's file with the policies in its settings, at the pointer {@code settings}. */
    static ObjectNode withSettings(ObjectNode schema, JsonPointer settings, List<DeclaredPolicy> policies) {
        ObjectNode own = ((ObjectNode) schema.at(settings)).putObject("properties");
        policies.forEach(policy -> own.set(policy.descriptor().name(), params(policy)));
        return schema;
    }

    /** Returns the schema of a worker's file with settings that refer to {@link #definitions}. */
    static ObjectNode referringSettings(ObjectNode schema, JsonPointer settings, List<DeclaredPolicy> policies) {
        ObjectNode own = ((ObjectNode) schema.at(settings)).putObject("properties");
        policies.forEach(policy -> own.putObject(policy.descriptor().name())
                .put(REF, BESIDE + policy.descriptor().name()));
        return schema;
    }

    /**
     * Returns a schema of parameters. No parameter is required, since entry and worker settings complement each other.
     */
    private static JsonNode params(DeclaredPolicy policy) {
        ObjectNode schema = (ObjectNode) policy.paramsSchema().deepCopy();
        schema.remove(List.of(SCHEMA, "required"));
        schema.put("title", policy.descriptor().name());
        return schema;
    }
}

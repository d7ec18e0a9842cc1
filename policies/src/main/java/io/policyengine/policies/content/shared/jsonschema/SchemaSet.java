package io.policyengine.policies.content.shared.jsonschema;

import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.path.PathType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Schemas of draft 2020-12 that refer to each other by {@code #/$defs/NAME}, compiled together. Thread-safe. */
public final class SchemaSet {
    private static final String DEFS = "$defs";

    private final Map<String, BodySchema> byName;

    private SchemaSet(Map<String, BodySchema> byName) {
        this.byName = Map.copyOf(byName);
    }

    /** The exception for an unusable schema of a set. */
    public static final class UnusableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String name;

        UnusableException(String name, String message) {
            super(message, null, false, false);
            this.name = name;
        }

        /** Returns the name of the schema; empty if unknown. */
        public String name() {
            return name;
        }
    }

    /**
     * Compiles a set of schemas.
     *
     * @param defs by name
     * @param names of the schemas that will be requested
     * @param assertsFormat whether {@code format} is validated, not only annotated
     * @throws UnusableException if a schema is unusable
     */
    public static SchemaSet of(ObjectNode defs, Set<String> names, boolean assertsFormat) {
        SchemaRegistry registry = BodySchema.registry(assertsFormat);
        JsonNode whole = JsonNodeFactory.instance.objectNode().set(DEFS, defs);
        String building = "";
        try {
            check(registry, whole);
            Schema compiled = registry.getSchema(whole);
            Map<String, BodySchema> byName = new HashMap<>();
            for (String name : names) {
                building = name;
                Schema schema = compiled.getSubSchema(
                        new NodePath(PathType.JSON_POINTER).append(DEFS).append(name));
                schema.initializeValidators();
                byName.put(name, new BodySchema(schema));
            }
            return new SchemaSet(byName);
        } catch (SchemaException | PatternSyntaxException unusable) {
            throw new UnusableException(building, String.valueOf(unusable.getMessage()));
        } catch (StackOverflowError tooDeep) {
            throw new UnusableException(building, "it is nested too deeply");
        }
    }

    private static void check(SchemaRegistry registry, JsonNode whole) {
        Schema draft =
                registry.getSchema(SchemaLocation.of(Dialects.getDraft202012().getId()));
        List<Error> faults = draft.validate(whole);
        if (!faults.isEmpty()) {
            NodePath at = faults.getFirst().getInstanceLocation();
            String name = at.getNameCount() > 1 ? String.valueOf(at.getElement(1)) : "";
            throw new UnusableException(name, rest(at) + faults.getFirst().getMessage());
        }
    }

    private static String rest(NodePath at) {
        StringBuilder rest = new StringBuilder();
        for (int i = 2; i < at.getNameCount(); i++) {
            rest.append('/').append(at.getElement(i));
        }
        return rest.isEmpty() ? "" : "at '" + rest + "': ";
    }

    /** Returns one of the requested schemas. */
    public BodySchema get(String name) {
        return Objects.requireNonNull(byName.get(name), name);
    }
}

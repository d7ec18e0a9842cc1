package io.policyengine.policies.content.shared.openapi;

import io.policyengine.policies.content.shared.jsonschema.BodySchema;
import io.policyengine.policies.content.shared.jsonschema.SchemaSet;
import io.policyengine.policies.content.shared.openapi.document.Dialect;
import io.policyengine.policies.content.shared.openapi.document.DocumentFault;
import io.policyengine.policies.content.shared.openapi.document.DocumentNode;
import io.policyengine.policies.content.shared.openapi.document.SpecFiles;
import io.policyengine.policies.content.shared.openapi.document.SpecText;
import io.policyengine.policies.content.shared.openapi.schema.SchemaDirection;
import io.policyengine.policies.content.shared.openapi.schema.SchemaTranslator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A compiled OpenAPI document, against which messages are validated. Thread-safe. */
public final class ApiDocument {
    private final PathTree paths;
    private final Set<String> queryKeys;

    private ApiDocument(PathTree paths, Set<String> queryKeys) {
        this.paths = paths;
        this.queryKeys = Set.copyOf(queryKeys);
    }

    /**
     * The settings that affect the compiled document.
     *
     * @param assertsFormat true if {@code format} is validated, not only annotated
     * @param opaqueTypes media types whose bodies are not validated, in lower case; may be ranges such as {@code
     *     image/*}
     */
    public record Settings(boolean assertsFormat, Set<String> opaqueTypes) {
        public Settings {
            opaqueTypes = Set.copyOf(opaqueTypes);
        }
    }

    /**
     * Compiles a document.
     *
     * @param main name of the document's first file
     * @param trees the document's files, by path relative to the directory of the first
     * @throws IllegalArgumentException if the document is unusable, with position and remedy
     */
    public static ApiDocument of(String main, Map<String, JsonNode> trees, Settings settings) {
        try {
            return compile(new SpecFiles(main, trees), settings);
        } catch (StackOverflowError tooDeep) {
            throw new DocumentFault("it is nested too deeply");
        }
    }

    private static ApiDocument compile(SpecFiles files, Settings settings) {
        Dialect dialect = Dialect.of(files.root());
        SchemaTranslator translator = new SchemaTranslator(files, dialect, settings.assertsFormat());
        Map<String, String> idByPlace = new HashMap<>();
        BodySchema unjudged = BodySchema.of(JsonNodeFactory.instance.booleanNode(true), false);
        new DocumentReader(
                        files,
                        (place, direction) -> {
                            idByPlace.put(key(place, direction), translator.idOf(place, direction));
                            return unjudged;
                        },
                        settings.opaqueTypes())
                .read();
        SchemaSet set = schemas(translator, new HashSet<>(idByPlace.values()), settings);
        List<PathItem> items = new DocumentReader(
                        files,
                        (place, direction) -> set.get(idByPlace.getOrDefault(key(place, direction), "")),
                        settings.opaqueTypes())
                .read();
        return new ApiDocument(PathTree.of(items), queryKeys(files));
    }

    private static Set<String> queryKeys(SpecFiles files) {
        Set<String> names = new HashSet<>();
        DocumentNode schemes = files.root().member("components").member("securitySchemes");
        for (Map.Entry<String, DocumentNode> member : schemes.members()) {
            DocumentNode scheme = files.follow(member.getValue());
            if (scheme.member("type").text("").equals("apiKey")
                    && scheme.member("in").text("").equals("query")) {
                names.add(scheme.member("name").text(""));
            }
        }
        return names;
    }

    private static String key(DocumentNode place, SchemaDirection direction) {
        return direction + " " + place.file() + "#" + place.pointer();
    }

    private static SchemaSet schemas(SchemaTranslator translator, Set<String> names, Settings settings) {
        try {
            return SchemaSet.of(translator.defs(), names, settings.assertsFormat());
        } catch (SchemaSet.UnusableException unusable) {
            String why = "not a usable schema: " + unusable.getMessage();
            throw translator.defs().has(unusable.name())
                    ? translator.placeOf(unusable.name()).fault(why)
                    : new DocumentFault(why);
        }
    }

    /**
     * Parses a file, JSON or YAML.
     *
     * @throws IllegalArgumentException if the file is not an object in either format, or exceeds a limit
     */
    public static JsonNode parse(String text) {
        return SpecText.read(text);
    }

    /**
     * Returns the other files to which a file of a document refers, by path relative to the directory of the first
     * file.
     *
     * @throws IllegalArgumentException if a reference is malformed, with its position
     */
    public static Set<String> references(String file, JsonNode tree) {
        try {
            return SpecFiles.references(file, tree);
        } catch (StackOverflowError tooDeep) {
            throw new DocumentFault("it is nested too deeply");
        }
    }

    /** Returns the names of the query parameters that carry API keys. Operations do not list these parameters. */
    public Set<String> queryKeys() {
        return queryKeys;
    }

    /** The result of a search for the operation of a request. */
    public sealed interface Search {
        /** The document has the operation. */
        record Match(OperationMatch operation) implements Search {}

        /**
         * The document has the path, but with other methods only.
         *
         * @param methods the methods that the document has for the path
         */
        record OtherMethods(Set<String> methods) implements Search {}

        /** The document does not have the path of the request. */
        record Unknown() implements Search {}
    }

    /**
     * Finds the operation of a request. HEAD is treated as GET unless the document has a HEAD operation for the path.
     *
     * @param path octets, undecoded, without query
     */
    public Search find(String method, String path) {
        Set<String> others = new TreeSet<>();
        PathTree.Match match = paths.find(path, candidate -> {
            others.addAll(candidate.item().operations().keySet());
            return operation(candidate, method) != null;
        });
        if (match == null) {
            if (others.contains("GET")) {
                others.add("HEAD");
            }
            return others.isEmpty() ? new Search.Unknown() : new Search.OtherMethods(others);
        }
        Operation operation = operation(match, method);
        return operation == null
                ? new Search.Unknown()
                : new Search.Match(new OperationMatch(operation, match.parts()));
    }

    private static @Nullable Operation operation(PathTree.Match match, String method) {
        Map<String, Operation> operations = match.item().operations();
        Operation own = operations.get(method);
        return own == null && method.equals("HEAD") ? operations.get("GET") : own;
    }
}

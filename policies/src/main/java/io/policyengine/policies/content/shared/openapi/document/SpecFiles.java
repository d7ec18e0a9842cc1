package io.policyengine.policies.content.shared.openapi.document;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The files of a document and the references between them. A reference consists of a path relative to its own file, and
 * a JSON Pointer. References are never URLs and never lead to another machine.
 *
 * @param main name of the first file
 * @param trees by path relative to the directory of the first file
 */
public record SpecFiles(String main, Map<String, JsonNode> trees) {
    private static final String REF = "$ref";
    private static final String MAPPING = "/discriminator/mapping";

    public SpecFiles {
        trees = Map.copyOf(trees);
    }

    /** Returns the root of the first file. */
    public DocumentNode root() {
        return new DocumentNode(main, "", trees.getOrDefault(main, MissingNode.getInstance()));
    }

    /** Returns whether the value is an object with a {@code $ref}. */
    public static boolean isReference(DocumentNode place) {
        return place.node().isObject() && place.node().path(REF).isString();
    }

    /**
     * Follows a chain of references and returns its final target. A place that is not a reference is returned
     * unchanged.
     */
    public DocumentNode follow(DocumentNode place) {
        Set<String> seen = new HashSet<>();
        DocumentNode at = place;
        while (isReference(at)) {
            if (!seen.add(at.file() + "#" + at.pointer())) {
                throw place.fault("its $ref leads back to itself");
            }
            at = target(at);
        }
        return at;
    }

    /** Returns the place to which a reference leads, without following further references. */
    public DocumentNode target(DocumentNode reference) {
        return target(reference, reference.node().path(REF).stringValue());
    }

    /**
     * Returns the place to which the text of a reference leads.
     *
     * @param from the place of the text
     */
    public DocumentNode target(DocumentNode from, String reference) {
        int hash = reference.indexOf('#');
        String path = hash < 0 ? reference : reference.substring(0, hash);
        String fragment = hash < 0 ? "" : decoded(from, reference.substring(hash + 1));
        if (!fragment.isEmpty() && !fragment.startsWith("/")) {
            throw from.fault("$ref '" + reference + "' names an anchor: write it as a JSON Pointer, '#/…'");
        }
        String file = path.isEmpty() ? from.file() : fileOf(from, path);
        JsonNode tree = trees.get(file);
        if (tree == null) {
            throw from.fault("$ref leads to the file '" + file
                    + "', which was not referred to when the configuration was loaded: reload the configuration");
        }
        JsonNode found = tree.at(JsonPointer.compile(fragment));
        if (found.isMissingNode()) {
            throw from.fault("$ref '" + reference + "' has no target in the document");
        }
        return new DocumentNode(file, fragment, found);
    }

    private static String decoded(DocumentNode from, String fragment) {
        if (fragment.indexOf('%') < 0) {
            return fragment;
        }
        try {
            return URLDecoder.decode(fragment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw from.fault("$ref has a malformed percent sign");
        }
    }

    private static String fileOf(DocumentNode from, String path) {
        if (isUrl(path)) {
            throw from.fault("$ref '" + path
                    + "' leads to another server: only files beside the document are read; store a copy there");
        }
        return FileNames.beside(from.file(), decoded(from, path));
    }

    /** Returns the other files to which a file refers, by path relative to the directory of the first file. */
    public static Set<String> references(String file, JsonNode tree) {
        Set<String> found = new LinkedHashSet<>();
        collect(new DocumentNode(file, "", tree), found);
        found.remove(file);
        return found;
    }

    private static void collect(DocumentNode place, Set<String> found) {
        if (isReference(place)) {
            note(place, place.node().path(REF).stringValue(), found);
        }
        boolean isMapping = place.pointer().endsWith(MAPPING);
        boolean mayExtend = !place.pointer().endsWith("/properties");
        for (String name : place.node().propertyNames()) {
            DocumentNode value = place.member(name);
            if (mayExtend && name.startsWith("x-")) {
                continue;
            }
            if (value.node().isContainer()) {
                collect(value, found);
            } else if (isMapping
                    && value.node().isString()
                    && isFile(value.node().stringValue())) {
                note(place, value.node().stringValue(), found);
            }
        }
        place.items().stream().filter(item -> item.node().isContainer()).forEach(item -> collect(item, found));
    }

    /**
     * Adds the file to which a reference leads. Ignores URLs, since examples may contain them. A URL is a fault only if
     * it is followed.
     */
    private static void note(DocumentNode place, String reference, Set<String> found) {
        int hash = reference.indexOf('#');
        String path = hash < 0 ? reference : reference.substring(0, hash);
        if (!path.isEmpty() && !isUrl(path)) {
            found.add(fileOf(place, path));
        }
    }

    /**
     * Returns whether the value in a discriminator's mapping is a reference to a place rather than the name of a
     * schema.
     */
    public static boolean isFile(String mapped) {
        return mapped.indexOf('#') >= 0 || mapped.indexOf('/') >= 0 || mapped.matches(".*\\.(json|ya?ml)");
    }

    private static boolean isUrl(String path) {
        return path.matches("[A-Za-z][A-Za-z0-9+.-]*:.*") || path.startsWith("//");
    }
}

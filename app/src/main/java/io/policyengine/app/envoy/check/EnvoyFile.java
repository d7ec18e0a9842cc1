package io.policyengine.app.envoy.check;

import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.error.Location;
import io.policyengine.core.http.HeaderMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A parsed Envoy configuration with positions and findings. Fields have the names of the API, even if the file uses the
 * lowerCamelCase form.
 */
final class EnvoyFile {
    private final LocatedTree tree;
    private final JsonNode root;
    private final Map<String, String> written;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Creates a file without findings.
     *
     * @param root the content, with the names of the API
     * @param written the key in the file of each value whose key differs, by JSON pointer
     */
    EnvoyFile(LocatedTree tree, JsonNode root, Map<String, String> written) {
        this.tree = tree;
        this.root = root;
        this.written = Map.copyOf(written);
    }

    /** Returns the JSON pointer of a field. */
    static String child(String pointer, String field) {
        return pointer + "/" + field.replace("~", "~0").replace("/", "~1");
    }

    JsonNode at(String pointer) {
        return root.at(pointer);
    }

    boolean has(String pointer) {
        JsonNode node = at(pointer);
        return !node.isMissingNode() && !node.isNull();
    }

    String text(String pointer) {
        return at(pointer).asString("");
    }

    /** Returns the text at a pointer with ASCII letters in lower case. */
    String lowerCase(String pointer) {
        return HeaderMap.lowerCase(text(pointer));
    }

    /** Returns the pointers of the items of a list; empty if there is no list. */
    List<String> items(String pointer) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < at(pointer).size() && at(pointer).isArray(); i++) {
            items.add(pointer + "/" + i);
        }
        return items;
    }

    /** Returns whether the value at the pointer is an {@code Any} with a message of this simple name. */
    boolean isA(String pointer, String message) {
        return text(pointer + "/@type").endsWith("." + message);
    }

    /** Returns the position of a value, or of the nearest value around it. */
    Location location(String pointer) {
        StringBuilder own = new StringBuilder();
        String inFile = "";
        for (String segment : pointer.isEmpty()
                ? List.<String>of()
                : List.of(pointer.substring(1).split("/", -1))) {
            own.append('/').append(segment);
            String key = written.get(own.toString());
            inFile = key == null ? inFile + "/" + segment : child(inFile, key);
        }
        return tree.key(inFile);
    }

    List<Finding> findings() {
        return List.copyOf(findings);
    }

    /** Adds an error against the known version of Envoy's API. */
    void apiError(String pointer, String message, Finding.Doubt doubt) {
        findings.add(new Finding(Finding.Level.ERROR, location(pointer), message, null, doubt));
    }

    void error(String pointer, String message, @Nullable String text) {
        add(Finding.Level.ERROR, pointer, message, text);
    }

    void warning(String pointer, String message, @Nullable String text) {
        add(Finding.Level.WARNING, pointer, message, text);
    }

    void note(String pointer, String message) {
        add(Finding.Level.NOTE, pointer, message, null);
    }

    void add(Finding.Level level, String pointer, String message, @Nullable String text) {
        findings.add(new Finding(level, location(pointer), message, text));
    }
}

package io.policyengine.policies.ai.shared.mcp;

import io.policyengine.policies.format.json.CanonicalJson;
import io.policyengine.policies.format.json.JsonFault;
import io.policyengine.policies.format.json.JsonTexts;
import io.policyengine.policies.shared.digest.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * The lock file of an MCP server's tools: the digest of each tool's definition. The file is sorted JSON with one line
 * for each tool, so that a diff shows each change.
 */
public record ToolLock(SortedMap<String, Sha256> tools) {
    /** Maximum number of tools in a lock file of pinned tools. */
    public static final int MAX_TOOLS = 10_000;

    private static final int VERSION = 1;
    private static final String PREFIX = "sha256:";

    public ToolLock {
        tools = Collections.unmodifiableSortedMap(new TreeMap<>(tools));
    }

    /** The result of comparing a tool's definition with the lock file. */
    public enum Verdict {
        PINNED,
        /** The file has another definition of this tool. */
        CHANGED,
        /** The tool is not in the file. */
        NEW
    }

    /**
     * Parses a lock file.
     *
     * @throws IllegalArgumentException if the file is invalid; the message names the problem and the remedy
     */
    public static ToolLock parse(String text) {
        JsonNode root;
        try {
            root = JsonTexts.read(text.getBytes(StandardCharsets.UTF_8), () -> false);
        } catch (JsonFault fault) {
            throw new IllegalArgumentException("not a lock file: it is not JSON, or names a tool twice. " + remedy());
        }
        if (root.path("version").intValue(0) != VERSION || !root.path("tools").isObject()) {
            throw new IllegalArgumentException(
                    "not a lock file of version 1, which has \"version\": 1 and \"tools\". " + remedy());
        }
        if (root.path("tools").size() > MAX_TOOLS) {
            throw new IllegalArgumentException("a lock file may have at most " + MAX_TOOLS + " tools");
        }
        SortedMap<String, Sha256> tools = new TreeMap<>();
        for (Map.Entry<String, JsonNode> tool : root.path("tools").properties()) {
            tools.put(tool.getKey(), digest(tool.getKey(), tool.getValue()));
        }
        return new ToolLock(tools);
    }

    private static Sha256 digest(String name, JsonNode value) {
        if (value.isString() && value.stringValue().startsWith(PREFIX)) {
            try {
                return Sha256.fromHex(value.stringValue().substring(PREFIX.length()));
            } catch (IllegalArgumentException noDigest) {
                // Refused below.
            }
        }
        throw new IllegalArgumentException(
                "the digest of tool '" + name + "' is not sha256: and 64 hexadecimal digits. " + remedy());
    }

    private static String remedy() {
        return "'policy-engine mcp-lock URL' writes the file";
    }

    /** Returns the digest of a tool's definition in canonical form (RFC 8785); empty if it has no canonical form. */
    public static Optional<Sha256> digestOf(JsonNode definition) {
        return CanonicalJson.of(definition).map(Sha256::of);
    }

    /**
     * Compares a tool's definition with the lock file. A definition without a canonical form is always treated as
     * changed.
     */
    public Verdict judge(String name, JsonNode definition) {
        Sha256 pinned = tools.get(name);
        if (pinned == null) {
            return Verdict.NEW;
        }
        return digestOf(definition).filter(pinned::equals).isPresent() ? Verdict.PINNED : Verdict.CHANGED;
    }

    public boolean has(String name) {
        return tools.containsKey(name);
    }

    /** Returns the text of the lock file, in the form that {@link #parse} reads. */
    public String text() {
        StringBuilder text =
                new StringBuilder("{\n  \"version\": ").append(VERSION).append(",\n  \"tools\": {");
        String separator = "\n";
        for (Map.Entry<String, Sha256> tool : tools.entrySet()) {
            text.append(separator)
                    .append("    ")
                    .append(quoted(tool.getKey()))
                    .append(": \"")
                    .append(PREFIX)
                    .append(tool.getValue().toHex())
                    .append('"');
            separator = ",\n";
        }
        return text.append(tools.isEmpty() ? "}\n}\n" : "\n  }\n}\n").toString();
    }

    private static String quoted(String name) {
        return StringNode.valueOf(name).toString();
    }
}

package io.policyengine.core.config.files;

import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** What may be read on behalf of a configuration: else whoever may write a route could read any file and variable of the process. */
public record SecretRules(
        @Doc("Folders from which files may be read, links resolved; relative ones are in the conf directory.")
        @Default("[\".\", \"/run/secrets\"]")
        List<String> roots,

        @Doc("Environment variables that references may name. A name is exact, or a prefix if it ends in `*`.")
        @Default("[\"POLICY_ENGINE_*\"]")
        List<String> env) {
    /** What holds where nothing is written. */
    public static final SecretRules DEFAULTS =
            new SecretRules(List.of(".", "/run/secrets"), List.of("POLICY_ENGINE_*"));

    private static final String KEY = "secrets";
    private static final LoadSettings SETTINGS =
            LoadSettings.builder().setCodePointLimit((int) FileText.LARGEST).build();

    /** Copies. */
    public SecretRules {
        roots = List.copyOf(roots);
        env = List.copyOf(env);
    }

    /**
     * Those of a file as they are written, before anything in it is understood: a file that is wrong is refused elsewhere, and allows what
     * the defaults do.
     *
     * @param section the key of the file's settings
     */
    static SecretRules of(@Nullable FileText file, String section) {
        if (!(file instanceof FileText.Content(String text)) || !text.contains(KEY)) {
            return DEFAULTS;
        }
        try {
            Node root = new Compose(SETTINGS)
                    .composeString(text.startsWith("\uFEFF") ? text.substring(1) : text)
                    .orElse(null);
            Node rules = value(value(root, section), KEY);
            return new SecretRules(
                    texts(value(rules, "roots"), DEFAULTS.roots), texts(value(rules, "env"), DEFAULTS.env));
        } catch (YamlEngineException notYaml) {
            return DEFAULTS;
        }
    }

    /** The files of kernel.yaml's tokens, as they are written. */
    static List<String> tokenFiles(@Nullable FileText kernel) {
        List<String> found = new ArrayList<>();
        if (kernel instanceof FileText.Content(String text) && text.contains("admin_tokens")) {
            try {
                Node root = new Compose(SETTINGS)
                        .composeString(text.startsWith("\uFEFF") ? text.substring(1) : text)
                        .orElse(null);
                Node tokens = value(value(value(root, "policy_kernel"), "observability"), "admin_tokens");
                if (tokens instanceof SequenceNode list) {
                    for (Node token : list.getValue()) {
                        if (value(token, "file") instanceof ScalarNode file) {
                            found.add(file.getValue());
                        }
                    }
                }
            } catch (YamlEngineException notYaml) {
                // Refused elsewhere.
            }
        }
        return found;
    }

    /** kernel.yaml's admin_token as it is written, with its references; empty if there is none. */
    static String adminToken(@Nullable FileText kernel) {
        if (kernel instanceof FileText.Content(String text) && text.contains("admin_token")) {
            try {
                Node root = new Compose(SETTINGS)
                        .composeString(text.startsWith("\uFEFF") ? text.substring(1) : text)
                        .orElse(null);
                Node token = value(value(value(root, "policy_kernel"), "observability"), "admin_token");
                return token instanceof ScalarNode written ? written.getValue() : "";
            } catch (YamlEngineException notYaml) {
                // Refused elsewhere.
            }
        }
        return "";
    }

    private static @Nullable Node value(@Nullable Node node, String key) {
        if (node instanceof MappingNode mapping) {
            for (NodeTuple entry : mapping.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key)) {
                    return entry.getValueNode();
                }
            }
        }
        return null;
    }

    private static List<String> texts(@Nullable Node node, List<String> otherwise) {
        if (!(node instanceof SequenceNode list)) {
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        for (Node item : list.getValue()) {
            if (item instanceof ScalarNode scalar) {
                texts.add(scalar.getValue());
            }
        }
        return texts;
    }

    /** Whether a reference may name this variable. */
    public boolean allowsVariable(String name) {
        return env.stream()
                .anyMatch(allowed -> allowed.endsWith("*")
                        ? name.startsWith(allowed.substring(0, allowed.length() - 1))
                        : name.equals(allowed));
    }

    /** The line that would allow another folder, too. */
    public String lineWithRoot(String root) {
        return line("roots", roots, root);
    }

    /** The line that would allow another variable, too. */
    public String lineWithVariable(String name) {
        return line("env", env, name);
    }

    private static String line(String key, List<String> present, String more) {
        return KEY + ": { " + key + ": "
                + Stream.concat(present.stream(), Stream.of(more))
                        .map(text -> '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                        .collect(Collectors.joining(", ", "[", "]"))
                + " }";
    }
}

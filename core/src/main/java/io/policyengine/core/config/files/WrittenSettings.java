package io.policyengine.core.config.files;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.config.yaml.YamlSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The settings that govern references, as written in kernel.yaml and workers' files. These settings are needed before
 * the files are validated. If a file is invalid, the defaults apply here, and the file is refused later.
 */
final class WrittenSettings {
    static final String KERNEL = "kernel.yaml";
    private static final String KERNEL_KEY = "policy_kernel";
    private static final String WORKER_KEY = "worker_core";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}]*)\\}");

    private WrittenSettings() {}

    /**
     * Returns the name of the file whose rules apply to a file. For files of routes this is kernel.yaml, so that
     * authors of routes do not decide which files and variables their files may reference.
     */
    static String governing(String name) {
        return name.startsWith(ConfTexts.ROUTES + "/") ? KERNEL : name;
    }

    /** Returns whether a file may contain rules for references. */
    static boolean isGoverning(String name, FileText file) {
        return name.equals(KERNEL) || (file instanceof FileText.Content(String text) && text.contains(WORKER_KEY));
    }

    private static String keyOf(String governing) {
        return governing.equals(KERNEL) ? KERNEL_KEY : WORKER_KEY;
    }

    /** Returns where the rules for a file are written, for messages. */
    static String placeOfRules(String name) {
        String governing = governing(name);
        return governing + ", under " + keyOf(governing);
    }

    static SecretRules rulesOf(Map<String, FileText> files, String governing) {
        Node root = compose(files.get(governing), SecretRules.KEY);
        Node rules = value(value(root, keyOf(governing)), SecretRules.KEY);
        return new SecretRules(
                texts(value(rules, "roots"), SecretRules.DEFAULTS.roots()),
                texts(value(rules, "env"), SecretRules.DEFAULTS.env()));
    }

    static List<String> tokenFiles(Map<String, FileText> files) {
        List<String> found = new ArrayList<>();
        if (observability(files, "admin_tokens") instanceof SequenceNode list) {
            for (Node token : list.getValue()) {
                if (value(token, "file") instanceof ScalarNode file) {
                    found.add(file.getValue());
                }
            }
        }
        return found;
    }

    static List<String> filesOfAdminToken(Map<String, FileText> files) {
        return matches(ReferredFiles.REFERENCE, files);
    }

    static List<String> variablesOfAdminToken(Map<String, FileText> files) {
        return matches(VARIABLE, files);
    }

    private static List<String> matches(Pattern pattern, Map<String, FileText> files) {
        List<String> found = new ArrayList<>();
        if (observability(files, "admin_token") instanceof ScalarNode token) {
            Matcher matcher = pattern.matcher(token.getValue());
            while (matcher.find()) {
                found.add(matcher.group(1));
            }
        }
        return found;
    }

    private static @Nullable Node observability(Map<String, FileText> files, String key) {
        return value(value(value(compose(files.get(KERNEL), key), KERNEL_KEY), "observability"), key);
    }

    /**
     * Parses a file that contains the text {@code needed} anywhere. Returns null if the text is absent or the file is
     * not valid YAML.
     */
    private static @Nullable Node compose(@Nullable FileText file, String needed) {
        if (!(file instanceof FileText.Content(String text)) || !text.contains(needed)) {
            return null;
        }
        try {
            return new Compose(YamlSettings.of(text))
                    .composeString(text.startsWith("\uFEFF") ? text.substring(1) : text)
                    .orElse(null);
        } catch (YamlEngineException | StackOverflowError notYaml) {
            // A stack overflow means endless nesting, which the actual reader reports.
            return null;
        }
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
}

package io.policyengine.app.envoy;

import io.policyengine.app.envoy.EnvoyParts.Scope;
import io.policyengine.core.config.yaml.LocatedTree;
import io.policyengine.core.config.yaml.YamlFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Comments in printed YAML that give the reason for each setting. */
final class Comments {
    private Comments() {}

    /**
     * Returns the YAML with comments at the ends of lines.
     *
     * @param places JSON pointers of the parts that the YAML has, by scope
     * @param more other comments, by the JSON pointer of their value
     */
    static String in(String yaml, Map<Scope, String> places, Map<String, String> more) {
        LocatedTree tree = YamlFile.parse("", yaml);
        List<String> lines = new ArrayList<>(yaml.lines().toList());
        Map<String, String> comments = new HashMap<>(more);
        places.forEach((scope, place) ->
                EnvoySetting.of(scope).forEach(setting -> comments.put(place + setting.pointer(), setting.reason())));
        comments.forEach((pointer, comment) -> {
            if (!tree.root().at(pointer).isMissingNode()) {
                int line = tree.key(pointer).line() - 1;
                lines.set(line, lines.get(line) + " # " + comment);
            }
        });
        return String.join("\n", lines) + "\n";
    }
}

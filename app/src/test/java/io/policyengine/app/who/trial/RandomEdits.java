package io.policyengine.app.who.trial;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Random edits of route policies, such as operators make: most of them open something, some are harmless. */
final class RandomEdits {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private static final List<String> CONDITIONS = List.of(
            "'x-internal' in request.headers",
            "!('x-internal' in request.headers)",
            "'x-api-key' in request.headers",
            "request.method != 'OPTIONS'",
            "request.method == 'POST' || 'x-internal' in request.headers",
            "request.path != '/health'",
            "identity.id != ''");

    private final Random random;
    private int names;

    RandomEdits(Random random) {
        this.random = random;
    }

    /**
     * Edits a copy of a route policy once or twice.
     *
     * @return the copy, and what was done to it in words
     */
    Edited edit(ObjectNode route, String name) {
        ObjectNode copy = route.deepCopy().put("route_name", name);
        List<String> done = new ArrayList<>();
        int edits = 1 + random.nextInt(2);
        while (done.size() < edits) {
            ArrayNode chain = chain(copy, random.nextInt(3) == 0 ? "response_flow" : "request_flow");
            done.add(chain.isEmpty() ? addEntry(chain) : one(chain));
        }
        return new Edited(copy, String.join(", ", done));
    }

    /** An edited route policy. */
    record Edited(ObjectNode route, String done) {}

    static ArrayNode chain(ObjectNode route, String flow) {
        JsonNode of = route.get(flow);
        ObjectNode object = of == null ? route.putObject(flow) : (ObjectNode) of;
        JsonNode chain = object.get("policy_chain");
        return chain == null ? object.putArray("policy_chain") : (ArrayNode) chain;
    }

    private String one(ArrayNode chain) {
        int index = random.nextInt(chain.size());
        ObjectNode entry = (ObjectNode) chain.get(index);
        String of = " of " + entry.get("policy").asString();
        return switch (random.nextInt(13)) {
            case 0 -> {
                chain.remove(index);
                yield "remove" + of;
            }
            case 1 -> {
                chain.remove(index);
                int to = random.nextInt(chain.size() + 1);
                chain.insert(to, entry);
                yield "move to " + to + of;
            }
            case 2, 3 -> set(entry, "when", CONDITIONS.get(random.nextInt(CONDITIONS.size()))) + of;
            case 4 -> {
                entry.remove("when");
                yield "remove when" + of;
            }
            case 5 -> set(entry, "on_failure", oneOf("deny", "continue", "skip_remaining")) + of;
            case 6 -> set(entry, "on_overload", oneOf("deny", "continue", "skip_remaining")) + of;
            case 7 -> set(entry, "mode", oneOf("shadow", "off", "enforce")) + of;
            case 8, 9 -> lenient(entry) + of;
            case 10 -> set(entry, "name", "renamed" + ++names) + of;
            case 11 -> addEntry(chain);
            default -> harmless(entry) + of;
        };
    }

    private String oneOf(String... values) {
        return values[random.nextInt(values.length)];
    }

    private static String set(ObjectNode entry, String key, String value) {
        entry.put(key, value);
        return key + ": " + value;
    }

    private String addEntry(ArrayNode chain) {
        ObjectNode entry = JSON.objectNode().put("policy", "transformHeaders").put("name", "more" + ++names);
        entry.putObject("params").putObject("set").put("X-Gateway", "1");
        chain.insert(random.nextInt(chain.size() + 1), entry);
        return "add transformHeaders";
    }

    /** Sets the parameter of the policy by which it lets messages pass, if it has one. */
    private static String lenient(ObjectNode entry) {
        ObjectNode params = (ObjectNode) entry.get("params");
        return switch (entry.get("policy").asString()) {
            case "apiKeyAuth", "basicAuth", "jwtValidation" -> {
                params.put("required", false);
                yield "required: false";
            }
            case "rateLimit", "quota" -> set(params, "on_store_failure", "allow");
            case "virusScan" -> set(params, "on_too_large", "pass");
            case "contentFilter", "piiRedaction" -> set(entry, "on_encoded", "pass");
            default -> set(entry, "on_failure", "continue");
        };
    }

    /** Changes a parameter that opens nothing. */
    private String harmless(ObjectNode entry) {
        ObjectNode params = (ObjectNode) entry.get("params");
        return switch (entry.get("policy").asString()) {
            case "apiKeyAuth" -> set(params, "header_name", "X-Key");
            case "basicAuth" -> set(params, "realm", "other");
            case "roleCheck" -> set(params, "required_roles", "auditor");
            case "contentFilter" -> set(params, "words", "eagle");
            case "ipFilter" -> set(params, "deny", "198.51.100.0/24");
            default -> {
                entry.put("timeout_ms", 500 + random.nextInt(100));
                yield "timeout_ms";
            }
        };
    }
}

package io.policyengine.app;

import io.policyengine.app.command.CommandFailure;
import io.policyengine.testkit.bypass.BypassResult;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Prints the results of {@code conformance --bypass}: the requests that bypassed policies, or all results as JSON. */
final class BypassReport {
    private BypassReport() {}

    static int print(PrintWriter out, List<BypassResult> results, boolean json) {
        List<List<String>> bypasses = new ArrayList<>();
        for (BypassResult result : results) {
            String bypass = result.bypass();
            if (bypass != null) {
                bypasses.add(List.of(
                        result.testCase().id(),
                        Integer.toString(result.http()),
                        text(result.testCase().guard()),
                        result.testCase().title(),
                        bypass));
            }
        }
        if (json) {
            out.println(json(results).toPrettyString());
        } else {
            if (!bypasses.isEmpty()) {
                Table.print(out, List.of("CASE", "HTTP", "GUARD", "WHAT WAS SENT", "OUTCOME"), bypasses);
            }
            long cases = results.stream().map(BypassResult::testCase).distinct().count();
            out.println(
                    results.size() + " requests of " + cases + " cases, " + bypasses.size() + " bypassed the policies");
        }
        return bypasses.isEmpty() ? 0 : CommandFailure.FAILED;
    }

    private static ObjectNode json(List<BypassResult> results) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        var cases = object.putArray("cases");
        for (BypassResult result : results) {
            cases.addObject()
                    .put("id", result.testCase().id())
                    .put("kind", text(result.testCase().kind()))
                    .put("title", result.testCase().title())
                    .put("guard", text(result.testCase().guard()))
                    .put("http", result.http())
                    .put("status", result.status())
                    .put("bypass", result.bypass());
        }
        return object;
    }

    private static String text(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}

package io.policyengine.app.who;

import io.policyengine.app.who.trial.Trial;
import io.policyengine.core.policy.Phase;
import io.policyengine.core.who.words.Reason;
import io.policyengine.core.who.words.RouteReport;
import io.policyengine.core.who.words.Sentences;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The results of the command {@code who} as JSON, in the shape of docs/reference/who.json. */
final class WhoJson {
    private WhoJson() {}

    /**
     * Returns the report as JSON. With {@code trial}, each way past a policy also has its witness request and the
     * trial's result.
     */
    static ObjectNode of(WhoReport report, @Nullable Trial trial) {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("openings", report.openings())
                .put("accepted", report.accepted())
                .put("passes_unknown_routes", report.passesUnknown());
        texts(object.putArray("open_routes"), report.openRoutes());
        texts(
                object.putArray("refused_routes"),
                report.refused().stream().map(route -> route.routeName()).toList());
        ArrayNode routes = object.putArray("routes");
        report.routes().forEach(route -> {
            ObjectNode written = routes.addObject();
            write(written, route, trial);
            ArrayNode stored = written.putArray("stored_for_others");
            report.storedForOthers(route)
                    .forEach(problem -> stored.addObject()
                            .put("message", problem.message())
                            .put("file", problem.location().file())
                            .put("line", problem.location().line())
                            .put("column", problem.location().column()));
        });
        return object;
    }

    private static void write(ObjectNode object, RouteReport route, @Nullable Trial trial) {
        var config = route.route().config();
        object.put("route", config.routeName())
                .put("file", config.location().file())
                .put("line", config.location().line())
                .put("column", config.location().column())
                .put("reaches_upstream", route.answer().isReached())
                .put("anyone", route.letsAnyoneIn());
        texts(object.putArray("identities"), route.identities());
        texts(object.putArray("all_requests_pass"), route.kept(Phase.REQUEST));
        texts(object.putArray("all_responses_pass"), route.kept(Phase.RESPONSE));
        texts(object.putArray("reroutes"), route.reroutes());
        writeOpenings(object.putArray("openings"), route, trial);
    }

    static void writeOpenings(ArrayNode openings, RouteReport route, @Nullable Trial trial) {
        for (RouteReport.Open open : route.openings()) {
            ObjectNode one = openings.addObject()
                    .put("statement", Sentences.subject(open))
                    .put("reach", open.reach().code())
                    .put("without", open.guarantee().code())
                    .put("complete", open.isComplete());
            texts(one.putArray("entries"), open.entries());
            ArrayNode ways = one.putArray("ways");
            for (RouteReport.OpenWay way : open.ways()) {
                ObjectNode written = ways.addObject();
                ArrayNode reasons = written.putArray("circumstances");
                way.reasons().forEach(reason -> write(reasons.addObject(), reason));
                written.put("accepted", way.acceptedFor()).put("accept", way.item());
                if (trial != null) {
                    Trial.Tried tried = trial.of(way.way());
                    written.put("witness", tried.witness())
                            .put("trial", tried.verdict().name().toLowerCase(Locale.ROOT));
                }
            }
        }
    }

    private static void write(ObjectNode object, Reason reason) {
        object.put("kind", reason.kind().code())
                .put("flow", reason.flow().name().toLowerCase(Locale.ROOT))
                .put("entry", reason.entry().config().name())
                .put("policy", reason.entry().config().policy())
                .put("worker", reason.entry().worker())
                .put("explanation", reason.sentence())
                .put("setting", reason.setting())
                .put("file", reason.place().file())
                .put("line", reason.place().line())
                .put("column", reason.place().column())
                .put("remedy", reason.remedy());
    }

    static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }
}

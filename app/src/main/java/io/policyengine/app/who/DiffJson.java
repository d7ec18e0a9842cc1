package io.policyengine.app.who;

import io.policyengine.core.config.RouteConfig;
import io.policyengine.core.who.AnsweredRoute;
import io.policyengine.core.who.Opened;
import io.policyengine.core.who.RouteDiff;
import io.policyengine.core.who.words.Lost;
import io.policyengine.core.who.words.RouteReport;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The result of {@code who --diff} as JSON, in the shape of docs/reference/who-diff.json. */
final class DiffJson {
    private DiffJson() {}

    static ObjectNode of(DiffReport report) {
        ObjectNode object = JsonNodeFactory.instance
                .objectNode()
                .put("opened", report.opened())
                .put("closed", report.closed())
                .put("complete", report.isComplete())
                .put("opens_unknown_routes", report.isUnknownOpened())
                .put("closes_unknown_routes", report.isUnknownClosed());
        WhoJson.texts(object.putArray("new_open_routes"), report.newOpen());
        ArrayNode routes = object.putArray("routes");
        report.routes().forEach(diff -> write(routes.addObject(), report, diff));
        return object;
    }

    private static void write(ObjectNode object, DiffReport report, RouteDiff diff) {
        RouteConfig config = DiffReport.config(diff);
        AnsweredRoute before = diff.before();
        AnsweredRoute after = diff.after();
        object.put("route", config.routeName())
                .put("file", config.location().file())
                .put("line", config.location().line())
                .put("column", config.location().column())
                .put("change", diff.change().name().toLowerCase(Locale.ROOT))
                .put("refused", after == null)
                .put("next_route", next(diff))
                .put("names", diff.names().isEmpty() ? null : diff.names());
        ArrayNode openings = object.putArray("new_openings");
        ObjectNode opens = object.putObject("opens");
        ObjectNode closes = object.putObject("closes");
        if (before == null && after != null) {
            WhoJson.writeOpenings(openings, RouteReport.of(after, report.after().overrides()), null);
        } else if (before != null && after != null) {
            write(opens, report.after().words(after, diff.opened()), before, diff.opened());
            write(closes, report.before().words(before, diff.closed()), after, diff.closed());
        }
    }

    /**
     * Returns the name of the route policy that now applies to requests that another route policy no longer handles;
     * null if there is none.
     */
    private static @Nullable String next(RouteDiff diff) {
        AnsweredRoute after = diff.after();
        boolean isElsewhere = diff.change() == RouteDiff.Change.GONE || diff.change() == RouteDiff.Change.MOVED;
        return !isElsewhere || after == null || diff.isWithoutPolicies()
                ? null
                : after.route().config().routeName();
    }

    private static void write(ObjectNode object, RouteReport words, AnsweredRoute other, Opened opened) {
        WhoJson.writeOpenings(object.putArray("openings"), words, null);
        ArrayNode gone = object.putArray("gone");
        Lost.of(other, opened)
                .forEach(lost -> gone.addObject()
                        .put("statement", lost.subject())
                        .put("reach", lost.reach().code())
                        .put("without", lost.guarantee().code())
                        .put("entry", lost.entry().config().name())
                        .put("policy", lost.entry().config().policy())
                        .put("file", lost.place().file())
                        .put("line", lost.place().line())
                        .put("column", lost.place().column())
                        .put("remedy", lost.remedy()));
        WhoJson.texts(object.putArray("reroutes"), words.reroutes());
    }
}

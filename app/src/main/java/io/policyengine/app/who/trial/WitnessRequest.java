package io.policyengine.app.who.trial;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import io.policyengine.core.expression.Compiled;
import io.policyengine.core.expression.Expression;
import io.policyengine.core.expression.KnownValues;
import io.policyengine.core.policy.Identity;
import io.policyengine.core.policy.Phase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A request that gives certain conditions the wanted values.
 *
 * @param path begins with a slash; without the query
 */
record WitnessRequest(String method, String path, Map<String, String> query, Map<String, String> headers) {
    /** The id of the identity that stand-ins provide. */
    static final String CLIENT = "client";

    private static final String AUTHORITY = "example.com";

    /** Maximum number of requests that are tried for a witness. */
    private static final int TRIES = 4_000;

    private static final Pattern LITERAL = Pattern.compile("'([^'\\\\]*)'|\"([^\"\\\\]*)\"");
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final String REQUEST = "request";
    /** The variable in conditions of responses that holds the request as the client sent it. */
    private static final String ORIGINAL = "original_request";

    private static final String HEADERS = "request.headers";
    private static final String QUERY = "request.query_params";

    /**
     * A condition, the phase in which it is evaluated, and the value that it must have.
     *
     * @param values one value, or both if the condition only must not fail
     * @param identified whether the request has an identity at that time; both if that is not known
     */
    record Asked(String condition, Phase phase, Set<Boolean> values, Set<Boolean> identified) {
        private static final Set<Boolean> BOTH = Set.of(true, false);

        static Asked of(String condition, Phase phase, boolean value, boolean identified) {
            return new Asked(condition, phase, Set.of(value), Set.of(identified));
        }

        /** Returns a condition that must not fail, whether or not the request has an identity. */
        static Asked any(String condition, Phase phase) {
            return new Asked(condition, phase, BOTH, BOTH);
        }
    }

    private record Judged(Expression<Boolean> expression, Asked asked) {}

    WitnessRequest {
        query = new TreeMap<>(query);
        headers = new TreeMap<>(headers);
    }

    /** Returns a request that gives all conditions the wanted values; null if none is found. */
    static @Nullable WitnessRequest find(List<Asked> asked) {
        List<Judged> judged = new ArrayList<>();
        Set<String> literals = new LinkedHashSet<>();
        Set<String> reads = new LinkedHashSet<>();
        for (Asked one : asked) {
            if (!(Expression.condition(one.condition(), one.phase()) instanceof Compiled.Ok<Boolean>(var expression))) {
                return null;
            }
            judged.add(new Judged(expression, one));
            literals(one.condition(), literals);
            Expression.structure(one.condition(), one.phase()).reads().forEach(read -> reads.add(ofRequest(read)));
        }
        Random random = new Random(1);
        WitnessRequest candidate = new WitnessRequest("GET", "/", Map.of(), Map.of());
        for (int i = 0; i < TRIES; i++) {
            if (candidate.fits(judged)) {
                return candidate;
            }
            candidate = random(random, List.copyOf(reads), List.copyOf(literals));
        }
        return null;
    }

    private static void literals(String condition, Set<String> literals) {
        Matcher found = LITERAL.matcher(condition);
        while (found.find()) {
            String text = found.group(1) == null ? found.group(2) : found.group(1);
            literals.add(text == null ? "" : text);
        }
    }

    private static String ofRequest(String read) {
        return read.startsWith(ORIGINAL) ? REQUEST + read.substring(ORIGINAL.length()) : read;
    }

    private static WitnessRequest random(Random random, List<String> reads, List<String> literals) {
        String method = reads.contains("request.method")
                ? pick(random, List.of("GET", "POST", "DELETE"), tokens(literals))
                : "GET";
        String path = reads.contains("request.path") ? pick(random, List.of("/", "/x"), paths(literals)) : "/";
        Map<String, String> query = new HashMap<>();
        Map<String, String> headers = new HashMap<>();
        for (String read : reads) {
            boolean isPresent = random.nextInt(4) != 0;
            if (isPresent && read.startsWith(HEADERS + ".")) {
                headers.put(name(read, HEADERS), pick(random, List.of("x"), literals));
            } else if (isPresent && read.startsWith(QUERY + ".")) {
                query.put(name(read, QUERY), pick(random, List.of("x"), literals));
            }
        }
        return new WitnessRequest(method, path, query, headers);
    }

    private static List<String> tokens(List<String> literals) {
        return literals.stream().filter(text -> TOKEN.matches(text)).toList();
    }

    private static List<String> paths(List<String> literals) {
        List<String> paths = new ArrayList<>();
        literals.stream().filter(text -> text.startsWith("/")).forEach(text -> {
            paths.add(text);
            paths.add(text + "/x");
        });
        return paths;
    }

    private static String pick(Random random, List<String> some, List<String> more) {
        int index = random.nextInt(some.size() + more.size());
        return index < some.size() ? some.get(index) : more.get(index - some.size());
    }

    private static String name(String read, String map) {
        return read.substring(map.length() + 1).replace("\\.", ".").replace("\\\\", "\\");
    }

    private boolean fits(List<Judged> judged) {
        return judged.stream()
                .allMatch(one -> one.asked().identified().stream()
                        .allMatch(identified -> one.expression()
                                .evaluateKnown(known(identified))
                                .filter(one.asked().values()::contains)
                                .isPresent()));
    }

    private KnownValues known(boolean identified) {
        KnownValues known = new KnownValues().with(Identity.ID, identified ? CLIENT : "");
        for (String request : List.of(REQUEST, ORIGINAL)) {
            known.with(request + ".method", method)
                    .with(request + ".scheme", "http")
                    .with(request + ".authority", AUTHORITY)
                    .with(request + ".path", path)
                    .with(request + ".query", queryText())
                    .withFields(request + ".headers", headers.keySet(), headers)
                    .withFields(request + ".query_params", query.keySet(), query);
        }
        return known;
    }

    private String queryText() {
        return query.entrySet().stream()
                .map(one -> URLEncoder.encode(one.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    /** Returns the path with the query. */
    String target() {
        return query.isEmpty() ? path : path + "?" + queryText();
    }

    /** Returns the request in one line, such as {@code GET /x with x-beta: 1}. */
    @Override
    public String toString() {
        return method + " " + target()
                + (headers.isEmpty()
                        ? ""
                        : headers.entrySet().stream()
                                .map(one -> one.getKey() + ": " + one.getValue())
                                .collect(Collectors.joining(", ", " with ", "")));
    }
}

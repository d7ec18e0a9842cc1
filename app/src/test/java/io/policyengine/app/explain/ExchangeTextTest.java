package io.policyengine.app.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ExchangeTextTest {
    private static final String EXCHANGE = """
            {"request_id": "id-1", "arrived": "2026-11-27T03:12:09.114Z", "kept": "denied", "method": "GET",
             "authority": "orders.example", "path": "/orders/7\\u001b[2J", "client": "192.0.2.7",
             "chosen": {"route": "/orders", "route_policy": "/ord*", "matched": "prefix", "generation": 12, "in_force": true,
               "overrides": ["policy 'rateLimit' off: ticket\\u001b[2J"], "location": "routes/orders.yaml:3:5"},
             "end": {"outcome": "denied", "status": 401, "decided_by": "auth", "reason": "authentication_failed", "code": "TOKEN_EXPIRED",
               "took_ms": 3.4, "held_ms": 3.1},
             "messages": [{"by": "envoy", "kind": "request_headers", "count": 1, "bytes": 812, "first_ms": 0, "last_ms": 0},
               {"by": "engine", "kind": "immediate_response", "count": 1, "bytes": 0, "first_ms": 3.1, "last_ms": 3.1}],
             "calls": [{"part": "request", "worker": "main", "replica": "/run/main.sock", "attempts": 1,
               "began_ms": 0.12, "took_ms": 2.9, "status": "denied", "entries": [
               {"name": "ids", "policy": "ids", "verdict": "changed", "took_ms": 0.004, "location": "routes/orders.yaml:6:9",
                "changes": [{"kind": "set_field", "name": "x-request-id"}, {"kind": "path", "name": null}]},
               {"name": "auth", "policy": "jwtValidation", "verdict": "denied", "status": 401, "reason": "authentication_failed",
                "code": "TOKEN_EXPIRED", "took_ms": 2.7, "location": "routes/orders.yaml:7:9"},
               {"name": "limit", "policy": "rateLimit", "verdict": "not_reached", "location": "routes/orders.yaml:8:9"}]}],
             "more_calls": 0, "more_entries": 0}
            """;

    private static String printed(String json) {
        StringWriter text = new StringWriter();
        JsonNode exchange = JsonMapper.shared().readTree(json);
        new ExchangeText(new PrintWriter(text)).print(exchange);
        return text.toString();
    }

    @Test
    void namesTheRuleThatDenied() {
        String text = printed(EXCHANGE.replace("\"TOKEN_EXPIRED\"", "\"TOKEN_EXPIRED\", \"rule\": \"daily\""));

        assertThat(text)
                .contains(": TOKEN_EXPIRED:daily (authentication_failed)\n")
                .contains("  401, TOKEN_EXPIRED:daily, authentication_failed  ");
    }

    @Test
    void readsLikeThis() {
        assertThat(printed(EXCHANGE)).isEqualTo("""
                GET orders.example/orders/7\\u001b[2J: 401, denied by 'auth' (jwtValidation) at routes/orders.yaml:7:9: TOKEN_EXPIRED (authentication_failed)

                  request     id-1, 2026-11-27T03:12:09.114Z, from 192.0.2.7, kept as denied
                  route       '/orders': route policy '/ord*', by the longest prefix, at routes/orders.yaml:3:5
                  generation  12
                  override    policy 'rateLimit' off: ticket\\u001b[2J
                  time        Envoy waited 3.100 ms for the engine; the exchange took 3.400 ms

                Envoy and the engine
                    0.000 ms  sent          request_headers     812 bytes
                    3.100 ms  was answered  immediate_response

                request: worker 'main' at /run/main.sock, at 0.120 ms for 2.900 ms: denied
                    ids                   changed      0.004 ms  sets x-request-id, changes the path        routes/orders.yaml:6:9
                    auth (jwtValidation)  denied       2.700 ms  401, TOKEN_EXPIRED, authentication_failed  routes/orders.yaml:7:9
                    limit (rateLimit)     not reached                                                       routes/orders.yaml:8:9

                """);
    }

    @Test
    void saysWhetherTheGenerationIsInForce() {
        assertThat(printed(EXCHANGE.replace("\"in_force\": true", "\"in_force\": false")))
                .contains(
                        "  generation  12, which is no longer in force\n", "at routes/orders.yaml:7:9: TOKEN_EXPIRED");
        assertThat(printed(EXCHANGE.replace("\"in_force\": true", "\"in_force\": false")
                        .replaceAll("\"location\": \"[^\"]*\"", "\"location\": null")))
                .contains("  generation  12, which is no longer in force, and whose files are no longer kept\n");
    }

    @Test
    void saysWhatFailed() {
        String failed = EXCHANGE.replace("\"outcome\": \"denied\"", "\"outcome\": \"failed\"")
                .replace("\"decided_by\": \"auth\"", "\"decided_by\": \"ids\"")
                .replace("\"code\": \"TOKEN_EXPIRED\",\n", "\"code\": \"WORKER_TIMEOUT\",\n")
                .replace(
                        "\"status\": \"denied\"",
                        "\"status\": \"timeout\", \"on_failure\": \"deny\", \"failure\": \"no answer\"");

        assertThat(printed(failed))
                .contains("WORKER_TIMEOUT at 'ids' at routes/orders.yaml:6:9: no answer")
                .contains("failed: no answer; then: an error for the client");
    }
}

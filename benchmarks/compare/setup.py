"""What is compared: Envoy, its upstream and the engine, configured the same for every server. JSON is YAML, too."""

import hashlib
import json
import os

TYPES = "type.googleapis.com/envoy"
API_KEY = "compare-cpu-key"
# What a client sends besides Host; wrk itself sends no more.
REQUEST_FIELDS = {"X-API-Key": API_KEY, "User-Agent": "compare-cpu/1.0", "Accept": "*/*", "Accept-Encoding": "gzip"}

ROUTES = {
    "route_policies": [
        {
            "route_name": "compare",
            "request_flow": {
                "policy_chain": [
                    {
                        "policy": "apiKeyAuth",
                        "params": {
                            "keys": [{"consumer": "compare", "sha256": hashlib.sha256(API_KEY.encode()).hexdigest()}]
                        },
                    },
                    {"policy": "rateLimit", "params": {"requests_per_second": 1000000, "burst": 1000000}},
                    {
                        "policy": "transformHeaders",
                        "params": {"set": {"X-Gateway": "engine"}, "remove": ["X-Internal"]},
                    },
                ]
            },
            "response_flow": {"policy_chain": [{"policy": "addSecurityHeaders"}]},
        }
    ]
}


def listener(name, port, actions, filters=()):
    router = {"name": "router", "typed_config": {"@type": f"{TYPES}.extensions.filters.http.router.v3.Router"}}
    manager = {
        "@type": f"{TYPES}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": name,
        "http_filters": [*filters, router],
        "route_config": {
            "virtual_hosts": [
                {"name": "all", "domains": ["*"], "routes": [{"name": "compare", "match": {"prefix": "/"}, **actions}]}
            ]
        },
    }
    network = {"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}
    return {"name": name, "address": address(port), "filter_chains": [{"filters": [network]}]}


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def cluster(name, port, http2):
    settings = {"http2_protocol_options": {}} if http2 else {"http_protocol_options": {}}
    options = f"{TYPES}.extensions.upstreams.http.v3.HttpProtocolOptions"
    endpoint = {"endpoint": {"address": address(port)}}
    return {
        "name": name,
        "type": "STATIC",
        "load_assignment": {"cluster_name": name, "endpoints": [{"lb_endpoints": [endpoint]}]},
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
                "@type": options,
                "explicit_http_config": settings,
            }
        },
    }


def ext_proc(name):
    """The filter, the same for all servers: both header phases, and the one attribute that the engine needs."""
    return {
        "name": "envoy.filters.http.ext_proc",
        "typed_config": {
            "@type": f"{TYPES}.extensions.filters.http.ext_proc.v3.ExternalProcessor",
            "grpc_service": {"envoy_grpc": {"cluster_name": name, "authority": "ext-proc"}},
            "failure_mode_allow": False,
            "processing_mode": {"request_header_mode": "SEND", "response_header_mode": "SEND"},
            "request_attributes": ["xds.route_name"],
            "allow_mode_override": True,
            "message_timeout": "2s",
        },
    }


def upstream_config(port):
    """An upstream that answers at once, and tells by a response field what it was sent."""
    seen = {"header": {"key": "x-seen", "value": "%REQ(X-GATEWAY)%"}, "keep_empty_value": False}
    answer = {
        "direct_response": {"status": 200, "body": {"inline_string": "ok\n"}},
        "response_headers_to_add": [seen],
    }
    return {"static_resources": {"listeners": [listener("upstream", port, answer)]}}


def envoy_config(admin_port, upstream_port, listeners, servers):
    route = {"route": {"cluster": "upstream"}}
    return {
        "admin": {"address": address(admin_port)},
        "static_resources": {
            "listeners": [listener("none", listeners["none"], route)]
            + [listener(s.name, listeners[s.name], route, [ext_proc(s.name)]) for s in servers],
            "clusters": [cluster("upstream", upstream_port, http2=False)]
            + [cluster(s.name, s.port, http2=True) for s in servers],
        },
    }


def write_conf(folder, port, observability=None):
    conf = os.path.join(folder, "conf")
    os.makedirs(os.path.join(conf, "routes"))
    kernel = {
        "server": {"address": "127.0.0.1", "port": port},
        "unknown_route": "deny",
        "observability": {"metrics_port": 0, "log_level": "warn", **(observability or {})},
    }
    for name, content in ("kernel.yaml", {"policy_kernel": kernel}), ("routes/compare.yaml", ROUTES):
        with open(os.path.join(conf, name), "w") as file:
            json.dump(content, file)
    return conf

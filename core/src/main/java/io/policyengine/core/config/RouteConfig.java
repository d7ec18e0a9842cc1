package io.policyengine.core.config;

import io.policyengine.core.error.Location;

/**
 * The policies of the routes that match.
 *
 * @param routeName as written: display name and metric label
 */
public record RouteConfig(
        String routeName, RouteMatch match, FlowConfig requestFlow, FlowConfig responseFlow, Location location) {}

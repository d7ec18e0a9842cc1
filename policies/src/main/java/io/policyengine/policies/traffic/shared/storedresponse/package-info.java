/** Stored responses of an upstream: their fields, and copies of their bodies. */
@NullMarked
package io.policyengine.policies.traffic.shared.storedresponse;

import org.jspecify.annotations.NullMarked;

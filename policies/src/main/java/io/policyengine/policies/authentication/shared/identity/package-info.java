/** The fields by which authenticating policies tell the upstream who the client is, and which clients must not send. */
@NullMarked
package io.policyengine.policies.authentication.shared.identity;

import org.jspecify.annotations.NullMarked;

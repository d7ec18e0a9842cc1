/** What authenticating policies tell the upstream, and what a client must not tell it. */
@NullMarked
package io.policyengine.policies.identity;

import org.jspecify.annotations.NullMarked;

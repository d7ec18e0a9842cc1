/**
 * The command {@code who}, with its report: the requests that reach the upstream, their identities, and the policies
 * that they bypass.
 */
@NullMarked
package io.policyengine.app.who;

import org.jspecify.annotations.NullMarked;

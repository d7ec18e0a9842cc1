/**
 * The command {@code who}, with its report: the requests that get in, their identities, and the policies that they get
 * past.
 */
@NullMarked
package io.policyengine.app.who;

import org.jspecify.annotations.NullMarked;

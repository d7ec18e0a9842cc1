/**
 * Witnesses of openings, and their trial: requests that run through the real chains, whose policies are replaced by
 * stand-ins that do what the policies declare.
 */
@NullMarked
package io.policyengine.app.who.trial;

import org.jspecify.annotations.NullMarked;

/**
 * Tries openings, which let messages bypass policies. Witness requests run through the real chains, in which stand-ins
 * replace the policies and behave as the policies declare.
 */
@NullMarked
package io.policyengine.app.who.trial;

import org.jspecify.annotations.NullMarked;

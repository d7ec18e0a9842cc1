/**
 * Runs one policy as the engine would, with fakes for its dependencies; published for policy authors. Over twenty
 * types, since a test of a policy finds its tester, its fakes and its cases in one place.
 */
@Api
@NullMarked
package io.policyengine.testkit.policy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;

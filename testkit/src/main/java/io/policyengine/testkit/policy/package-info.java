/**
 * Runs one policy as the engine would, with fakes for its dependencies; published for policy authors. The package has
 * over twenty types, since the test of a policy finds its tester, fakes and cases in one place.
 */
@Api
@NullMarked
package io.policyengine.testkit.policy;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;

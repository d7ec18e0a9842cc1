/** FakeWorker: a scripted worker on a Unix domain socket, for tests of its callers. */
@Internal
@NullMarked
package io.policyengine.testkit.worker;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

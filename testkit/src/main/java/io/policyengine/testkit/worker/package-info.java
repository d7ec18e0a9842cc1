/** FakeWorker, a scripted worker on a Unix domain socket, for tests of kernels. */
@Internal
@NullMarked
package io.policyengine.testkit.worker;

import io.policyengine.core.stability.Internal;
import org.jspecify.annotations.NullMarked;

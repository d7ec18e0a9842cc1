/** FakeWorker: a scripted worker on a Unix domain socket, for tests of whatever calls workers. */
@NullMarked
package io.policyengine.testkit.worker;

import org.jspecify.annotations.NullMarked;

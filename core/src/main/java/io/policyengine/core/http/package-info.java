/**
 * HTTP messages as policies see them: header fields as octets, requests, responses, query strings, addresses of
 * clients. The package has over twenty types, since each part of a message has its own rules.
 */
@Api
@NullMarked
package io.policyengine.core.http;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;

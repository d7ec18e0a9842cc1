/**
 * HTTP as policies see it: header fields as octets, requests, responses, query strings. Over twenty types, since whatever reads a message has to
 * find the one reader of each of its parts in one place.
 */
@Api
@NullMarked
package io.policyengine.core.http;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;

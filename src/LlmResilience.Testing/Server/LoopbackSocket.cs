using System.Net;
using System.Net.Sockets;

namespace LlmResilience.Testing;

internal static class LoopbackSocket
{
    /// <summary>Takes a port. Until the socket listens too, connections to it are refused, and nobody else gets it.</summary>
    public static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    public static int Port(this Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;
}
